"""A small HTTP/2 server (RFC 9113) for `Stub`: the behaviour of a connection once TLS has chosen ``h2``."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import h2.config
import h2.connection
import h2.events

from stubs.servers import Connection

Answer = Callable[[list[tuple[bytes, bytes]], bytes], tuple[int, list[tuple[str, str]], bytes]]


def serve_http2(connection: Connection, answer: Answer) -> None:
    """Answer streams until the client closes."""
    state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    state.initiate_connection()
    headers: dict[int, list[tuple[bytes, bytes]]] = {}
    bodies: dict[int, bytes] = {}
    connection.send(state.data_to_send())
    while octets := connection.socket.recv(65536):
        for event in state.receive_data(octets):
            if isinstance(event, h2.events.RequestReceived):
                headers[event.stream_id], bodies[event.stream_id] = event.headers, b""
            elif isinstance(event, h2.events.DataReceived):
                bodies[event.stream_id] += event.data
                state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                status, fields, body = answer(headers[event.stream_id], bodies[event.stream_id])
                state.send_headers(event.stream_id, [(":status", str(status)), *fields], end_stream=not body)
                if body:
                    state.send_data(event.stream_id, body, end_stream=True)
        connection.send(state.data_to_send())


def speaks_http2(connection: Connection) -> bool:
    return isinstance(connection.socket, ssl.SSLSocket) and connection.socket.selected_alpn_protocol() == "h2"
