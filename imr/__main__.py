"""`python -m imr`."""

from imr.main import main

if __name__ == "__main__":
    main()
