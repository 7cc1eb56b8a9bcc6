"""How the columns look that the lists have in common."""

import streamlit as st

CUSTOMER = st.column_config.TextColumn("Customer", pinned=True)
WORTH = st.column_config.NumberColumn("Worth of a call", format="accounting", help="expected, its cost taken off")
CHANCE = st.column_config.ProgressColumn("Will leave", min_value=0, max_value=100, format="%.0f %%")
"""In percent of a hundred."""
PAYS = st.column_config.NumberColumn("Pays per month", format="accounting")
