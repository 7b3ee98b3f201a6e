"""Everything that can be wrong with a CASE package, in words for the person who has the file.

Pure: no Django. Texts are message ids for gettext (marked with `gettext_noop`, so they are extracted);
the caller translates `what` and `what_to_do` and fills in `values`.
"""

from collections.abc import Mapping
from enum import StrEnum

from competencies.findings import Severity, Wording, gettext_noop

__all__ = ["UNREADABLE", "WORDINGS", "Code", "Severity", "Unreadable", "Wording", "gettext_noop"]


class Code(StrEnum):
    """Every finding the reader can make about a row."""

    NOT_AN_OBJECT = "not_an_object"
    NOT_A_LIST = "not_a_list"
    LIST_MISSING = "list_missing"
    WRONG_TYPE = "wrong_type"
    NUMBER_AS_TEXT = "number_as_text"
    TEXT_CLEANED = "text_cleaned"
    LATEX_MENDED = "latex_mended"
    TEXT_CUT = "text_cut"
    LIST_CUT = "list_cut"
    REQUIRED_MISSING = "required_missing"
    DATE_UNREADABLE = "date_unreadable"
    NUMBER_UNREADABLE = "number_unreadable"
    ITEM_WITHOUT_IDENTIFIER = "item_without_identifier"
    IDENTIFIER_UNUSABLE = "identifier_unusable"
    ITEM_IS_DOCUMENT = "item_is_document"
    ITEM_WITHOUT_STATEMENT = "item_without_statement"
    STATEMENT_BORROWED = "statement_borrowed"
    STATEMENT_TOO_LONG = "statement_too_long"
    ITEM_REPEATED = "item_repeated"
    CODING_SCHEME_REPEATED = "coding_scheme_repeated"
    ASSOCIATION_WITHOUT_IDENTIFIER = "association_without_identifier"
    ASSOCIATION_TYPE_UNKNOWN = "association_type_unknown"
    ASSOCIATION_TYPE_RESPELLED = "association_type_respelled"
    ASSOCIATION_END_MISSING = "association_end_missing"
    ASSOCIATION_TO_ITSELF = "association_to_itself"
    ASSOCIATION_REPEATED = "association_repeated"
    EDGE_REPEATED = "edge_repeated"
    DOCUMENT_AS_CHILD = "document_as_child"
    TARGETS_OUTSIDE = "targets_outside"
    ITEMS_ADRIFT = "items_adrift"
    CYCLE_OPENED = "cycle_opened"
    MORE_CYCLES = "more_cycles"
    EXTENSIONS_LEFT_OUT = "extensions_left_out"


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

WORDINGS: Mapping[Code, Wording] = {
    Code.NOT_AN_OBJECT: Wording(
        _E,
        gettext_noop("This entry is a %(found)s where an object with fields was expected."),
        gettext_noop("Correct the entry in the source and import the file again; everything else was read."),
    ),
    Code.NOT_A_LIST: Wording(
        _W,
        gettext_noop("%(field)s is a %(found)s where a list was expected; it was left out."),
        gettext_noop("Ask the publisher to export %(field)s as a list."),
    ),
    Code.LIST_MISSING: Wording(
        _W,
        gettext_noop("The package has no %(field)s."),
        gettext_noop("If the framework should have some, export the whole package (CFPackage), not only the document."),
    ),
    Code.WRONG_TYPE: Wording(
        _W,
        gettext_noop("%(field)s is a %(found)s where %(expected)s was expected; it was left out."),
        gettext_noop("Correct %(field)s in the source if it matters to you."),
    ),
    Code.NUMBER_AS_TEXT: Wording(
        _W,
        gettext_noop("%(field)s is a number where text was expected; it was read as text."),
        gettext_noop("Nothing to do, unless leading zeros were lost."),
    ),
    Code.TEXT_CLEANED: Wording(
        _W,
        gettext_noop(
            "%(field)s holds characters that no text can hold (control characters or half characters); "
            "they were removed."
        ),
        gettext_noop("Compare the text with the source."),
    ),
    Code.LATEX_MENDED: Wording(
        _W,
        gettext_noop(
            "A formula in %(field)s was written with one backslash where JSON needs two, so that "
            "“\\frac” arrived as a page break and “rac”; the formula was mended."
        ),
        gettext_noop("Compare the formula with the source."),
    ),
    Code.TEXT_CUT: Wording(
        _W,
        gettext_noop("%(field)s is longer than %(limit)s characters; the beginning was kept."),
        gettext_noop("Shorten it in the source if the end matters."),
    ),
    Code.LIST_CUT: Wording(
        _W,
        gettext_noop("%(field)s has more than %(limit)s members; the first ones were kept."),
        gettext_noop("Check whether the export put something else into %(field)s."),
    ),
    Code.REQUIRED_MISSING: Wording(
        _W,
        gettext_noop("%(field)s is required by CASE and missing."),
        gettext_noop("Nothing was lost; ask the publisher to add it."),
    ),
    Code.DATE_UNREADABLE: Wording(
        _W,
        gettext_noop("%(field)s is not a date that can be read (%(value)s); it was left out."),
        gettext_noop("Write it as 2026-09-01 or 2026-09-01T08:00:00+00:00."),
    ),
    Code.NUMBER_UNREADABLE: Wording(
        _W,
        gettext_noop("%(field)s is not a number that can be used; it was left out."),
        gettext_noop(
            "Write a whole number between -2147483647 and 2147483647 for an order, or a plain decimal for a score."
        ),
    ),
    Code.ITEM_WITHOUT_IDENTIFIER: Wording(
        _E,
        gettext_noop("This item has no identifier, so it could never be recognised again; it was not imported."),
        gettext_noop("Give it an identifier in the source and import the file again; every other item was read."),
    ),
    Code.IDENTIFIER_UNUSABLE: Wording(
        _E,
        gettext_noop(
            "The identifier is longer than %(limit)s characters or holds control characters; the entry "
            "was not imported."
        ),
        gettext_noop("Give the entry a plain identifier in the source."),
    ),
    Code.ITEM_IS_DOCUMENT: Wording(
        _E,
        gettext_noop("This item has the identifier of the document itself; it was not imported."),
        gettext_noop("Give the item an identifier of its own in the source."),
    ),
    Code.ITEM_WITHOUT_STATEMENT: Wording(
        _E,
        gettext_noop("This item has no statement, so there is nothing to show; it was not imported."),
        gettext_noop("Write a fullStatement in the source. A version imported earlier stays as it was."),
    ),
    Code.STATEMENT_BORROWED: Wording(
        _W,
        gettext_noop("This item has no fullStatement; its %(field)s was used instead."),
        gettext_noop("Write a fullStatement in the source."),
    ),
    Code.STATEMENT_TOO_LONG: Wording(
        _E,
        gettext_noop("The statement has %(length)s characters, more than %(limit)s; the item was not imported."),
        gettext_noop("Shorten the statement, or move the rest to notes. A version imported earlier stays as it was."),
    ),
    Code.ITEM_REPEATED: Wording(
        _W,
        gettext_noop(
            "The same identifier is also at %(kept)s; that one was kept (changed last, else first in the file)."
        ),
        gettext_noop("If they are two items, give each its own identifier in the source."),
    ),
    Code.CODING_SCHEME_REPEATED: Wording(
        _N,
        gettext_noop(
            "Items that share a human coding scheme with another one: %(count)s. Codes are shown, never used to "
            "tell items apart."
        ),
        gettext_noop("Nothing to do."),
    ),
    Code.ASSOCIATION_WITHOUT_IDENTIFIER: Wording(
        _W,
        gettext_noop("This association has no identifier; it was given one made from its two ends."),
        gettext_noop("Nothing to do."),
    ),
    Code.ASSOCIATION_TYPE_UNKNOWN: Wording(
        _E,
        gettext_noop(
            "The association type “%(value)s” is not one of CASE 1.0 or 1.1; the association was not imported."
        ),
        gettext_noop("Use one of: %(allowed)s."),
    ),
    Code.ASSOCIATION_TYPE_RESPELLED: Wording(
        _W,
        gettext_noop("The association type “%(value)s” was read as %(kind)s."),
        gettext_noop("Nothing to do."),
    ),
    Code.ASSOCIATION_END_MISSING: Wording(
        _E,
        gettext_noop(
            "%(field)s says neither an identifier nor an address, so the association leads nowhere; it "
            "was not imported."
        ),
        gettext_noop("Name the item or document at both ends in the source."),
    ),
    Code.ASSOCIATION_TO_ITSELF: Wording(
        _E,
        gettext_noop("This %(kind)s association leads from an item to itself; it was not imported."),
        gettext_noop("Remove it in the source."),
    ),
    Code.ASSOCIATION_REPEATED: Wording(
        _W,
        gettext_noop(
            "The same identifier is also at %(kept)s with other ends; this association was given an "
            "identifier of its own."
        ),
        gettext_noop("Give each association its own identifier in the source."),
    ),
    Code.EDGE_REPEATED: Wording(
        _N,
        gettext_noop("The same association is also at %(kept)s; it was counted once."),
        gettext_noop("Nothing to do."),
    ),
    Code.DOCUMENT_AS_CHILD: Wording(
        _E,
        gettext_noop(
            "The document is named as the child of something. The child belongs in originNodeURI and "
            "the parent in destinationNodeURI; the association was not imported."
        ),
        gettext_noop("Swap the two ends in the source."),
    ),
    Code.TARGETS_OUTSIDE: Wording(
        _N,
        gettext_noop("Associations that lead to items outside this package: %(count)s."),
        gettext_noop("Nothing to do: they are kept and connect by themselves when that framework is imported."),
    ),
    Code.ITEMS_ADRIFT: Wording(
        _W,
        gettext_noop(
            "Items that hang on nothing in this package: %(count)s (the first: %(first)s). They are shown at the top "
            "level."
        ),
        gettext_noop("Connect each to its parent, or to the document, with isChildOf in the source."),
    ),
    Code.CYCLE_OPENED: Wording(
        _W,
        gettext_noop(
            "Items that lead back to themselves by %(kind)s: %(count)s (%(path)s). The link from %(from)s to %(to)s "
            "is left out where an order is needed."
        ),
        gettext_noop("Remove one link of the loop in the source."),
    ),
    Code.MORE_CYCLES: Wording(
        _W,
        gettext_noop("Further loops of %(kind)s, opened in the same way: %(count)s."),
        gettext_noop("Remove the loops listed first, then import again: many others usually go with them."),
    ),
    Code.EXTENSIONS_LEFT_OUT: Wording(
        _N,
        gettext_noop("A vendor extension of this entry is too large or nested too deeply; it was left out."),
        gettext_noop("Nothing to do."),
    ),
}


class Unreadable(StrEnum):
    """Why a file as a whole cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    COMPRESSED = "compressed"
    MARKUP = "markup"
    ENCODING = "encoding"
    NOT_JSON = "not_json"
    NESTED_TOO_DEEP = "nested_too_deep"
    NOT_A_PACKAGE = "not_a_package"
    ASN_TREE = "asn_tree"
    NO_DOCUMENT = "no_document"
    DOCUMENT_WITHOUT_IDENTIFIER = "document_without_identifier"
    LIST_EXPECTED = "list_expected"


UNREADABLE: Mapping[Unreadable, tuple[str, str]] = {
    Unreadable.EMPTY: (
        gettext_noop("The file is empty."),
        gettext_noop("Export the framework again; the download may have been cut off."),
    ),
    Unreadable.TOO_LARGE: (
        gettext_noop("The file has %(megabytes)s MB; at most %(limit)s MB can be read."),
        gettext_noop("Split the framework into several documents and import one package each."),
    ),
    Unreadable.COMPRESSED: (
        gettext_noop("The file is compressed."),
        gettext_noop("Unpack it first, then choose the .json file inside."),
    ),
    Unreadable.MARKUP: (
        gettext_noop("The file is a web page or XML, not JSON."),
        gettext_noop("Download the CFPackage itself: its address usually ends in /CFPackages/ and an identifier."),
    ),
    Unreadable.ENCODING: (
        gettext_noop("The file is not UTF-8 text (at byte %(byte)s)."),
        gettext_noop("Save it as UTF-8 and try again."),
    ),
    Unreadable.NOT_JSON: (
        gettext_noop("The file is not complete JSON (line %(line)s, column %(column)s)."),
        gettext_noop("Export it again, or mend that place; a cut-off download often looks like this."),
    ),
    Unreadable.NESTED_TOO_DEEP: (
        gettext_noop("The file nests lists or objects too deeply to be a framework."),
        gettext_noop("Check that this is a CASE package."),
    ),
    Unreadable.NOT_A_PACKAGE: (
        gettext_noop("The file is JSON, but a %(found)s where a CASE package was expected."),
        gettext_noop("Choose a CFPackage: an object with CFDocument, CFItems and CFAssociations."),
    ),
    Unreadable.ASN_TREE: (
        gettext_noop("The file is a tree of the Achievement Standards Network, and no entry of it can be used."),
        gettext_noop("Download the tree again, or ask the publisher for a CASE package (CFPackage)."),
    ),
    Unreadable.NO_DOCUMENT: (
        gettext_noop("The file has no CFDocument, so it does not say which framework it is."),
        gettext_noop("Export the whole package (CFPackage), not only its items."),
    ),
    Unreadable.DOCUMENT_WITHOUT_IDENTIFIER: (
        gettext_noop("The CFDocument has no usable identifier, so a later import could not recognise it."),
        gettext_noop("Add an identifier to the CFDocument."),
    ),
    Unreadable.LIST_EXPECTED: (
        gettext_noop("%(field)s is a %(found)s where a list was expected."),
        gettext_noop("Nothing was changed. Export the package again with %(field)s as a list."),
    ),
}
