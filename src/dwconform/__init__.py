"""dwconform: a conformance and interoperability test harness for DICOMweb servers (DICOM PS3.18)."""

__version__ = "0.1.0"
