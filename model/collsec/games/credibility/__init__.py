"""Is the threat believed?"""
