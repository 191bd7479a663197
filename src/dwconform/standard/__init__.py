"""Facts of PS3.18, PS3.19, PS3.4, PS3.5 and PS3.6 as data, and the words of a verdict. Imports nothing of ours."""
