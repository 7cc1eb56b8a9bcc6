"""The typed client: what an application, a script or the dashboard uses instead of spelling HTTP."""
