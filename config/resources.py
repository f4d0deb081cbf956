"""Where the packaged data files lie."""

from pathlib import Path

CONFIG_DIR = Path(__file__).resolve().parent
DEFAULT_SETTINGS = CONFIG_DIR / "default.toml"
VOCABULARY_DIR = CONFIG_DIR / "vocabulary"
MTUS_EDITIONS = CONFIG_DIR / "mtus_editions.toml"
LAYOUTS_DIR = CONFIG_DIR / "layouts"
COVERAGE = CONFIG_DIR / "coverage.toml"
