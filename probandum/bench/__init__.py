"""Measuring a judge against human labels: rows, audits, metrics, tables; nothing here changes a verdict."""
