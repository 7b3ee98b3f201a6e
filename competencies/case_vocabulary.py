"""The vocabulary of a CASE package: where rows are served, links, definitions, licence and rubrics. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from competencies.case import key_of
from competencies.case_extensions import identifier_of
from competencies.drafts import FrameworkDraft

_MADE = UUID("b0f1a6d8-5d0e-5f43-9c1c-7a5a2f1f9e21")


class CaseVersion(StrEnum):
    """The editions of CASE that are written."""

    V1_0 = "v1p0"
    V1_1 = "v1p1"


class Vocabulary:
    """What a framework's rows refer to, as CASE JSON. The same parameters as `CaseWriter`."""

    def __init__(self, head: FrameworkDraft, *, version: CaseVersion, base: str, changed_at: datetime) -> None:
        self._head = head
        self._version = version
        self._base = f"{base}/ims/case/{version.value}"
        self._changed = said(changed_at)
        self._details: Mapping[str, Any] = head.details
        self.identifier = identifier_of(head.source_id, str(head.details.get("identifier", "")))
        self._license = self._license_link()
        self._definitions = self._defined()
        self._rubrics = [self._rubric(one) for one in self._details.get("rubrics", ())]

    def address(self, kind: str, identifier: str) -> str:
        """Where a row is served here, for one that came from nowhere else."""
        return f"{self._base}/{kind}/{identifier}"

    def _link(self, stored: Mapping[str, Any] | None, kind: str) -> dict[str, str] | None:
        """A stored link as CASE wants one: all three parts, and a UUID."""
        if not stored or not stored.get("id"):
            return None
        identifier = identifier_of(key_of(str(stored["id"])), str(stored["id"]))
        uri = stored.get("uri") or self.address(kind, identifier)
        return {"title": str(stored.get("title", "")), "identifier": identifier, "uri": str(uri)}

    def _links(self, name: str, kind: str, details: Mapping[str, Any]) -> list[dict[str, str]]:
        return [link for one in details.get(name, ()) if (link := self._link(one, kind))]

    # -------------------------------------------------------------- definitions and rubrics

    def definitions(self) -> dict[str, list[dict[str, Any]]]:
        """The CFDefinitions."""
        return self._definitions

    def rubrics(self) -> list[dict[str, Any]]:
        """The CFRubrics."""
        return self._rubrics

    def _license_link(self) -> dict[str, str] | None:
        stored = self._link(self._details.get("license"), "CFLicenses")
        if stored is not None or not self._head.license_text:
            return stored
        identifier = str(uuid5(_MADE, self._head.source_id))
        title = self._head.license_text.strip().splitlines()[0][:120]
        return {"title": title, "identifier": identifier, "uri": self.address("CFLicenses", identifier)}

    def _defined(self) -> dict[str, list[dict[str, Any]]]:
        details = self._details
        licenses = [self._definition(one, "CFLicenses") for one in details.get("licenses", ())]
        text, link = self._head.license_text, self._license
        if text and link is not None and all(one["identifier"] != link["identifier"] for one in licenses):
            licenses.append(self._made({**link, "licenseText": text}))
        return {
            "CFConcepts": [self._definition(one, "CFConcepts") for one in details.get("concepts", ())],
            "CFSubjects": [self._definition(one, "CFSubjects") for one in details.get("subject_definitions", ())],
            "CFLicenses": licenses,
            "CFItemTypes": [self._definition(one, "CFItemTypes") for one in details.get("item_types", ())],
            "CFAssociationGroupings": [
                self._definition(one, "CFAssociationGroupings") for one in details.get("groupings", ())
            ],
        }

    def _made(self, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "lastChangeDateTime": self._changed}

    def _definition(self, stored: Mapping[str, Any], kind: str) -> dict[str, Any]:
        row: dict[str, Any] = dict(self._link(stored, kind) or {})
        if stored.get("description"):
            row["description"] = stored["description"]
        if kind in {"CFConcepts", "CFSubjects", "CFItemTypes"}:
            row["hierarchyCode"] = stored.get("hierarchy_code", "")
        extra = {"CFConcepts": ("keywords", "keywords"), "CFItemTypes": ("typeCode", "code")}.get(kind)
        if extra and stored.get(extra[1]):
            row[extra[0]] = stored[extra[1]]
        if kind == "CFLicenses":
            row["licenseText"] = stored.get("text", "")
        return self._made(row)

    def _rubric(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        def part(one: Mapping[str, Any], name: str, **fields: Any) -> dict[str, Any]:
            written = str(one.get("id", ""))
            identifier = identifier_of(key_of(written), written) if written else str(uuid5(_MADE, repr(one)))
            row = {"identifier": identifier, "uri": self.address("CFRubrics", identifier), **without_empty(fields)}
            return self._made({**row, **({name: fields[name]} if name in fields else {})})

        return part(
            stored,
            "CFRubricCriteria",
            title=stored.get("title"),
            description=stored.get("description"),
            CFRubricCriteria=[
                part(
                    criterion,
                    "CFRubricCriterionLevels",
                    category=criterion.get("category"),
                    description=criterion.get("description"),
                    CFItemURI=self._link(criterion.get("item"), "CFItems"),
                    weight=number(criterion.get("weight")),
                    position=criterion.get("position"),
                    CFRubricCriterionLevels=[
                        part(
                            level,
                            "",
                            description=level.get("description"),
                            quality=level.get("quality"),
                            score=number(level.get("score")),
                            feedback=level.get("feedback"),
                            position=level.get("position"),
                        )
                        for level in criterion.get("levels", ())
                    ],
                )
                for criterion in stored.get("criteria", ())
            ],
        )


def said(moment: datetime) -> str:
    """A moment as CASE writes it: with an offset, to the second or finer."""
    return moment.astimezone(UTC).isoformat()


def number(text: Any) -> float | int | None:
    """A stored decimal as JSON writes one."""
    if text in (None, ""):
        return None
    value = float(text)
    return int(value) if value.is_integer() else value


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what says something."""
    return {name: value for name, value in values.items() if value is not None and value not in ("", [], {})}


def used_definitions(rows: Iterable[Mapping[str, Any]], identifier: str) -> list[Mapping[str, Any]]:
    """The definition of this identifier and those below it by `hierarchyCode`, itself first; none where it is not."""
    listed = list(rows)
    first = next((row for row in listed if key_of(str(row["identifier"])) == key_of(identifier)), None)
    if first is None:
        return []
    code = str(first.get("hierarchyCode", ""))
    below = [row for row in listed if code and str(row.get("hierarchyCode", "")).startswith(f"{code}.")]
    return [first, *below]
