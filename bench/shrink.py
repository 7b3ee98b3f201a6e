"""Smaller PNG files: at most 256 colours. The browser that took a picture also counts its colours."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

SIGNATURE = b"\x89PNG\r\n\x1a\n"

# Takes the picture as base64; answers width, height, palette (r, g, b, r, ...) and one palette index a pixel.
_COUNT = """
async (picture) => {
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const data = pen.getImageData(0, 0, image.width, image.height).data;
  const count = new Map();
  for (let n = 0; n < data.length; n += 4) {
    const colour = (data[n] << 16) | (data[n + 1] << 8) | data[n + 2];
    count.set(colour, (count.get(colour) || 0) + 1);
  }
  // The most frequent colours, then the most frequent of each corner of the colour space.
  const often = [...count].sort((one, other) => other[1] - one[1]);
  const chosen = often.slice(0, 160).map((pair) => pair[0]);
  const taken = new Set(chosen), corners = new Set();
  for (const [colour] of often) {
    const corner = ((colour >> 21) << 6) | (((colour >> 13) & 7) << 3) | ((colour >> 5) & 7);
    if (chosen.length < 256 && !corners.has(corner) && !taken.has(colour)) { chosen.push(colour); taken.add(colour); }
    corners.add(corner);
  }
  const nearest = new Map(chosen.map((colour, place) => [colour, place]));
  for (const colour of count.keys()) {
    if (nearest.has(colour)) continue;
    let best = 0, least = Infinity;
    chosen.forEach((other, place) => {
      const far = ((colour >> 16) - (other >> 16)) ** 2 + (((colour >> 8) & 255) - ((other >> 8) & 255)) ** 2
        + ((colour & 255) - (other & 255)) ** 2;
      if (far < least) { least = far; best = place; }
    });
    nearest.set(colour, best);
  }
  let text = "";
  for (let n = 0; n < data.length; n += 4) {
    text += String.fromCharCode(nearest.get((data[n] << 16) | (data[n + 1] << 8) | data[n + 2]));
  }
  return { width: image.width, height: image.height, indexes: btoa(text),
           palette: chosen.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]) };
}
"""


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def shrunk(page: Any, picture: bytes) -> bytes:
    """The same picture with a palette of at most 256 colours. `page` is a blank page of the browser."""
    found = page.evaluate(_COUNT, base64.b64encode(picture).decode())
    width, height = found["width"], found["height"]
    indexes = base64.b64decode(found["indexes"])
    rows = b"".join(b"\x00" + indexes[start : start + width] for start in range(0, width * height, width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return (
        SIGNATURE
        + _chunk(b"IHDR", header)
        + _chunk(b"PLTE", bytes(found["palette"]))
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )
