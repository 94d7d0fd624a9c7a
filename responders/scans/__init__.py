"""Scans 扫描件: recognised by their content, put to what they prove, read only as they were put."""
