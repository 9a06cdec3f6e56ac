"""Who decides?"""
