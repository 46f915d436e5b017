"""What an install, upgrade or removal would do, in words; no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from changliu.bundles.merge import ABSENT, Difference, Side, Where
from changliu.definitions.model import Impact
from changliu.kit.labels import Language

Action = Literal["create", "change", "remove", "keep", "same"]
# What to do at places named `kind:key` or `kind:key/part/part`; "" is every place.
Choices = Mapping[str, Side]


def choice_at(choices: Choices, name: str, path: Where) -> Side | None:
    """Return what was chosen for a place: for itself, or for the nearest that contains it."""
    for length in range(len(path), -1, -1):
        chosen = choices.get(place_of(name, path[:length]))
        if chosen is not None:
            return chosen
    return choices.get("")


def place_of(name: str, path: Where) -> str:
    """Return `field:lead.company/label/zh-CN` for the name `field:lead.company` and its path."""
    return "/".join((name, *path))


@dataclass(frozen=True, slots=True)
class Place:
    """A difference within a definition, named in both languages for people."""

    at: str
    difference: Difference
    zh: str
    en: str

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return the place for the wire; a side that has nothing there is left out."""
        found = self.difference
        sides = {"base": found.base, "mine": found.mine, "theirs": found.theirs}
        return {
            "at": self.at,
            "state": found.state,
            "taken": found.taken,
            "text": self.zh if language == "zh-CN" else self.en,
            **{side: value for side, value in sides.items() if value is not ABSENT},
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a plan: what would happen to one thing, in words.

    `action`: `create`, `change`, `remove`, `keep` (of this workspace: left alone) or `same`;
    `label`: what people call the thing, by language, where it has a name.
    """

    action: Action
    kind: str
    key: str
    zh: str
    en: str
    details_zh: tuple[str, ...] = ()
    details_en: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    label: Mapping[str, str] | None = None

    @property
    def conflicts(self) -> tuple[Place, ...]:
        """The places that both the workspace and the bundle changed."""
        return tuple(p for p in self.places if p.difference.state == "conflict")

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return the step for the wire, in one language."""
        zh = language == "zh-CN"
        return {
            "action": self.action,
            "kind": self.kind,
            "key": self.key,
            "name": (self.label or {}).get(language, self.key),
            "text": self.zh if zh else self.en,
            "details": list(self.details_zh if zh else self.details_en),
            "places": [place.as_json(language) for place in self.places],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of an install, in the order they are applied, and what else they would cost."""

    bundle: str
    version: str
    steps: tuple[Step, ...]
    impact: Impact = field(default_factory=Impact)

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that would change something."""
        return tuple(s for s in self.steps if s.action in {"create", "change", "remove"})

    @property
    def conflicts(self) -> tuple[Place, ...]:
        """The places that both sides changed, each differently."""
        return tuple(place for step in self.steps for place in step.conflicts)

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return the plan for the wire; `confirm` is the token that its impact list asks for."""
        counts: dict[str, int] = {}
        for step in self.steps:
            counts[step.action] = counts.get(step.action, 0) + 1
        effects = self.impact.effects
        return {
            "bundle": self.bundle,
            "version": self.version,
            "counts": counts,
            "conflicts": [place.at for place in self.conflicts],
            "impact": [effect.as_json(language) for effect in effects],
            "confirm": self.impact.token if effects else None,
            "steps": [step.as_json(language) for step in self.steps],
        }
