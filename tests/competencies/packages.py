"""Small CASE packages of our own, built in a line or two."""

import json


def item(identifier, statement="Adds within ten", **fields):
    return {
        "identifier": identifier,
        "uri": f"https://example.org/ims/case/v1p0/CFItems/{identifier}",
        "fullStatement": statement,
        "lastChangeDateTime": "2025-08-01T00:00:00+00:00",
        **fields,
    }


def link(identifier):
    return {"title": str(identifier), "identifier": identifier, "uri": f"https://example.org/{identifier}"}


def edge(origin, kind, destination, sequence=None, identifier=None, **fields):
    row = {
        "identifier": identifier or f"{origin}-{kind}-{destination}",
        "uri": "https://example.org/edge",
        "associationType": kind,
        "originNodeURI": link(origin),
        "destinationNodeURI": link(destination),
        "lastChangeDateTime": "2025-08-01T00:00:00+00:00",
        **fields,
    }
    if sequence is not None:
        row["sequenceNumber"] = sequence
    return row


def child(origin, parent="doc", sequence=None, **fields):
    return edge(origin, "isChildOf", parent, sequence, **fields)


def package(items=(), edges=(), **fields):
    document = {
        "identifier": "doc",
        "uri": "https://example.org/ims/case/v1p0/CFDocuments/doc",
        "creator": "Willow Creek",
        "title": "Numbers",
        "lastChangeDateTime": "2025-08-01T00:00:00+00:00",
        **fields.pop("document", {}),
    }
    return {"CFDocument": document, "CFItems": list(items), "CFAssociations": list(edges), **fields}


def as_bytes(value):
    return json.dumps(value).encode()
