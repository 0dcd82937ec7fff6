"""Gold cases to scores with reasons: what ``qa evaluate`` runs."""
