"""The caseworkers' desk: a web application of plain forms and links, one module a page.

`app` puts it together from `parts`, `guard` decides who may see a page. What a
caseworker may do with a ticket is decided in `bot.usecases.casework`, never here.
"""
