"""The HTTP API (Litestar): thin handlers over `PrecedentService`. Nothing else here knows a web framework."""
