"""All shards of a corpus made by many machines: workers that hold the model, a schedule that hands shards to them."""
