"""The service with one part of its ranking switched off: every weight in [search] set to 0 in turn.

The weights are found by name, so a new one takes part by itself.
"""

from config.settings import SearchSettings, Settings

_WEIGHT = "_weight"


def ablations(settings: SearchSettings) -> dict[str, str]:
    """Return system name -> the weight that it switches off, for every weight that is not 0 already."""
    weights = [name for name in SearchSettings.model_fields if name.endswith(_WEIGHT)]
    return {
        f"full-no-{name.removesuffix(_WEIGHT).replace('_', '-')}": name for name in weights if getattr(settings, name)
    }


def without(settings: Settings, weight: str) -> Settings:
    """Return the settings with one weight of the search at 0."""
    search = settings.search.model_copy(update={weight: 0.0})
    return settings.model_copy(update={"search": search})
