"""paget: from one patient's cancer record to a tumour board's decision, and from a registry to evidence."""
