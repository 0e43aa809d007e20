"""The HTTP API and the web pages.

`giljabi.server.app.create_app` makes the ASGI application; nothing else imports litestar.
"""
