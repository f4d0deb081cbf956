"""How honest coverage is: requests that an index answers and requests that it does not."""
