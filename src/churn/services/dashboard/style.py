"""What the theme cannot say: distances, and how figures stand on a phone."""

import streamlit as st

from churn.services.dashboard import look

CSS = f"""
.stMainBlockContainer {{ max-width: 76rem; padding-top: 3.5rem; }}
.stMainBlockContainer h1 {{ padding-bottom: 0; }}
[class*=st-key-tiles] {{ gap: 0.8rem; align-items: stretch; }}
[class*=st-key-tiles] > div {{ flex: 1 1 11rem; min-width: 9.4rem; }}
[class*=st-key-tiles] [data-testid=stCaptionContainer], [class*=st-key-tiles] [data-testid=stCaptionContainer] p {{
  margin-bottom: 0;
}}
.st-key-decision {{
  background: linear-gradient(100deg, #e8f4f1, #f8fbfa); border: 1px solid #bfe3dc; border-left: 6px solid {look.TEAL};
}}
.st-key-decision [data-testid=stCaptionContainer] {{ letter-spacing: 0.09em; font-weight: 600; }}
.st-key-decision a[data-testid=stPageLink-NavLink] {{
  background: {look.TEAL}; padding: 0.45rem 0.9rem; width: fit-content;
}}
.st-key-decision a[data-testid=stPageLink-NavLink] * {{ color: #fff; }}
@media (max-width: 640px) {{
  .stMainBlockContainer .stHorizontalBlock {{ gap: 1rem; }}
  .stMainBlockContainer {{ padding: 3.5rem 1rem 3rem; }}
  .stMainBlockContainer h1 {{ font-size: 1.7rem; }}
  [class*=st-key-tiles] > div {{ flex-basis: 9rem; }}
  [data-testid=stMetricValue] {{ font-size: 1.45rem; }}
  [class*=st-key-tiles] [data-testid=stMetricLabel] p {{ white-space: normal; }}
}}
"""


def put() -> None:
    """Put the style on the page."""
    st.html(f"<style>{CSS}</style>")
