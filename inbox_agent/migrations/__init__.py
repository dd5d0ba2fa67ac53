"""The schema's history: `record` for the cases, `keys` for the key store. Never edited once released."""
