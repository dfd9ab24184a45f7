/** The extension's side of the PIN backup: see docs/backup.md. */
