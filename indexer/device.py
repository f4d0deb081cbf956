"""Which device the model runs on."""

from typing import Any

from config.errors import SettingsFault


def choose_device(wanted: str, torch: Any) -> str:  # noqa: ANN401 - a module that is imported late, or a stand-in
    """Return the device to use: "cpu", "cuda" or "mps".

    Args:
        wanted: one of them, or "auto" for a GPU where there is one.
        torch: the module.

    Raises:
        SettingsFault: the wanted one is not there.
    """
    there = [name for name, asked in (("cuda", torch.cuda), ("mps", torch.backends.mps)) if asked.is_available()]
    if wanted == "auto":
        return there[0] if there else "cpu"
    if wanted != "cpu" and wanted not in there:
        raise SettingsFault(f"model.device is {wanted}, but PyTorch finds no such device here")
    return wanted
