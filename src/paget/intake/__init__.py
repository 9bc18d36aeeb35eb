"""Ways in: own files, FHIR, flat tables through a mapping file, REDCap, cBioPortal."""
