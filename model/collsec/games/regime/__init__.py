"""Does it last?"""
