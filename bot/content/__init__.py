"""What editors write, made into `bot.model.content.Content`, with every mistake named.

Start at `load.py`. Files become data with positions in `yamlfile.py`, are held
against `schema*.py`, built by `build.py` and looked at by `checks/`. The PO files
of the translators are written by `sync.py`. No module here renders a text.
"""
