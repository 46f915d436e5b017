"""What the tour does on records and fields: values and lines being edited, what explains them."""

from tools.tour_scenes import Scene, Tourist

_DEAL, _ACCOUNT = "/o/opportunity/{first}", "/o/account/{first}"
_GRID = "/o/opportunity?view=opportunity_all"
_WRONG = "amount > 100000 AND colour ="


async def _label(tourist: Tourist, object_key: str, field: str) -> str:
    """Return what a field is called in the tourist's language."""
    meta = await tourist.api("GET", "/meta")
    fields = next(each["fields"] for each in meta["objects"] if each["key"] == object_key)
    name = next(each["label"] for each in fields if each["key"] == field)
    return str(name if isinstance(name, str) else name[tourist.language])


async def _twins(tourist: Tourist) -> None:
    found = await tourist.api("GET", "/records/account?limit=1")
    await tourist.page.locator("#form-name").fill(found["items"][0]["title"])
    await tourist.page.get_by_text(tourist.word("record.twins")).wait_for()


async def _formula_fault(tourist: Tourist) -> None:
    await tourist.press("list.filter")
    await tourist.page.get_by_text(tourist.word("list.byFormula"), exact=True).click()
    box = tourist.page.get_by_role("textbox", name=tourist.word("list.byFormula"))
    await box.fill(_WRONG)
    await tourist.press("list.apply")
    await tourist.page.get_by_role("alert").filter(has_text="29").wait_for()


async def _some_conditions(tourist: Tourist) -> None:
    await tourist.press("list.filter")
    await tourist.page.get_by_role("button", name=tourist.word("list.addRow")).last.click()


async def _computed(tourist: Tourist) -> None:
    await _told(tourist, "fields.howComputed", "opportunity", "weighted_amount")


async def _past(tourist: Tourist) -> None:
    await _told(tourist, "record.past", "opportunity", "stage")


async def _told(tourist: Tourist, word: str, object_key: str, field: str) -> None:
    name = await _label(tourist, object_key, field)
    await tourist.button(word, name=name).click()
    await tourist.page.get_by_role("tooltip").wait_for()


async def _edit_value(tourist: Tourist, field: str) -> None:
    name = await _label(tourist, "opportunity", field)
    await tourist.button("record.editField", name=name).focus()
    await tourist.page.keyboard.press("Enter")
    await tourist.page.locator(f"#edit-{field}").wait_for()


async def _edit_day(tourist: Tourist) -> None:
    await _edit_value(tourist, "expected_close_on")


async def _edit_choice(tourist: Tourist) -> None:
    await _edit_value(tourist, "source")


async def _edit_cell(tourist: Tourist) -> None:
    cell = tourist.page.get_by_role("row").nth(3).get_by_role("gridcell").nth(4)
    await cell.dblclick()


RECORD_SCENES = (
    Scene("record-lines", f"{_DEAL}?tab=1"),
    Scene("record-lines-edited", f"{_DEAL}?edit&tab=1"),
    Scene("record-related", f"{_DEAL}?tab=2"),
    Scene("record-computed", _DEAL, _computed),
    Scene("record-past", _DEAL, _past),
    Scene("record-edit-day", _DEAL, _edit_day),
    Scene("record-edit-choice", _DEAL, _edit_choice),
    Scene("record-account-tab", f"{_ACCOUNT}?tab=1"),
    Scene("record-twins", "/o/account/new", _twins),
    Scene("list-cell-edited", _GRID, _edit_cell, size=1440),
    Scene("list-formula-fault", _GRID, _formula_fault),
    Scene("list-filter-grown", "/o/opportunity?view=opportunity_mine", _some_conditions),
)
