"""The vault: what is sensitive is encrypted in the database, with a key for each record (ACC-05, CPF-07)."""
