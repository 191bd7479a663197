"""The reference origin server: a conformant DICOMweb server whose behaviour defects can bend, one requirement each.

It stands apart from the judge: it reads Part 10 with pydicom and has its own JSON, XML, Accept and multipart code, so
that no error of the judge can hide itself in the server that the judge is tried on.

A request goes ``app`` (routing, hooks) -> ``search`` | ``store`` | ``retrieve`` -> ``archive`` (SQLite index, files on
disk) and comes back through ``json_writer`` or ``xml_writer``. See :mod:`dwconform.origin.defects` for the defects.
"""
