"""Validate: may this data be learnt from?"""
