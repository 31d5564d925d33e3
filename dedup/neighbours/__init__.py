"""Other people's frameworks: one file per neighbour, imported by nobody else here."""
