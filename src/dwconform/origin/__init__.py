"""The reference origin server: a conformant DICOMweb server whose behaviour defects can bend, one requirement each.

It stands apart from the judge: it reads Part 10 with pydicom and has its own JSON, XML, Accept and multipart code, so
that no error of the judge can hide itself in the server that the judge is tried on.

A request goes ``app`` (routing, hooks) -> ``search`` | ``store`` | one of the retrieve modules -> ``archive`` (SQLite
index, files on disk) and comes back through ``json_writer``, ``xml_writer`` or ``packing`` (parts, in memory or as a
stream).

Retrieve (10.4) is ``retrieve`` (instances, metadata), ``bulkdata``, ``frames``, ``rendered``, ``thumbnails``,
``volumes``.
``targets`` finds what a path is about, ``negotiate`` chooses among the offers of ``pixel_forms`` and ``transcode``,
``pixels`` and ``codecs`` read pixels, ``rendering`` makes pictures of them, ``capabilities`` describes it all (8.9).
See :mod:`dwconform.origin.defects` for the defects.
"""
