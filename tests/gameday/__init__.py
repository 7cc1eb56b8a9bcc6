"""A telco's months played against the whole circle, incident by incident, on customers whose truth is known."""
