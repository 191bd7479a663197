"""Reports: ``results.json`` first; every other format is a function of it alone, one file each."""
