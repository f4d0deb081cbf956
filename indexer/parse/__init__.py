"""Stage two: lines become a `Determination`, split by disputed item."""
