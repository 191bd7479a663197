"""Evidence of renderings: images stored by hand, answers made with Pillow."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image
from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from dwconform.check.registry import Evidence, Sent
from dwconform.encoding.dataset import Element
from dwconform.fixtures import Archive
from dwconform.fixtures.instance import Instance
from dwconform.probe import Body, Exchange, Headers, Request, Response

UID = "1.2.3.4"
MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "JPEG2000": "image/jp2"}


def stored(values: Any, photometric: str = "MONOCHROME2", uid: str = UID, **attributes: Any) -> Instance:
    """An instance with these stored values: frames x height x width (x 3), or less dimensions."""
    array = np.asarray(values)
    colour = photometric not in ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")
    frames = array.reshape(-1, *array.shape[-3:] if colour else array.shape[-2:])
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7.2", uid
    dataset.Rows, dataset.Columns = frames.shape[1:3]
    dataset.NumberOfFrames = frames.shape[0]
    dataset.SamplesPerPixel = 3 if colour else 1
    dataset.PhotometricInterpretation = photometric
    if colour:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = 8 * array.itemsize
    dataset.BitsStored, dataset.HighBit = dataset.BitsAllocated, dataset.BitsAllocated - 1
    dataset.PixelRepresentation = int(array.dtype.kind == "i")
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.PixelData = frames.tobytes() + b"\0" * (frames.nbytes % 2)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID, dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPClassUID, uid
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    known = {"00282000": Element("OB", (dataset.ICCProfile,))} if "ICCProfile" in dataset else {}
    return Instance("set.study.series.1", "1", "2", dataset.SOPClassUID, uid, buffer.getvalue(), known)


def encoded(pixels: Any, form: str = "PNG", **options: Any) -> bytes:
    """A file of this form; a list of arrays becomes an animation."""
    frames = [Image.fromarray(np.asarray(each)) for each in (pixels if isinstance(pixels, list) else [pixels])]
    buffer = io.BytesIO()
    more = {"save_all": True, "append_images": frames[1:]} if len(frames) > 1 else {}
    frames[0].save(buffer, form, **more, **options)
    return buffer.getvalue()


def drawn(pixels: Any, form: str = "PNG", **options: Any) -> Response:
    """An answer with one picture."""
    return reply(encoded(pixels, form, **options), MEDIA[form])


def reply(body: bytes, content_type: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer with a body of this type."""
    fields = {"Content-Type": content_type, **(headers or {})}
    return Response(status, headers=Headers(fields.items()), body=Body(body, len(body)))


def wrapped(*parts: bytes, media_type: str = "image/png") -> Response:
    """A multipart answer."""
    body = b"".join(b"--b\r\nContent-Type: %s\r\n\r\n%s\r\n" % (media_type.encode(), part) for part in parts)
    return reply(body + b"--b--\r\n", f'multipart/related; type="{media_type}"; boundary=b')


def rendering(response: Response, *instances: Instance, **others: Response) -> Evidence:
    """The evidence of a rendering; the keywords are steps before it."""
    steps: dict[str, Sequence[Exchange]] = {}
    for number, (name, answer) in enumerate({**others, "rendering": response}.items(), 1):
        steps[name] = [Exchange(number, Request("GET", "http://server/rendered"), answer)]
    sent = {name: Sent("GET", "http://server/rendered") for name in steps}
    return Evidence("rendering", steps, sent, Archive(instances), "http://server")
