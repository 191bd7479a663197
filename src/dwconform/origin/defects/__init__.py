"""Defects: named, switchable violations of the standard, one small function each.

How to add one
==============

Write a function in a module of this package (``paging.py``, ``matching.py``, ``results.py``, ``negotiation.py`` ...;
any module whose name does not begin with an underscore is loaded) and decorate it::

    @defect("qido-ignores-limit", breaks="8.3.4.4/limit", hook=Hook.QUERY, bugs=("B049",))
    def ignores_limit(query: Query) -> Query:
        \"\"\"Returns every match, whatever limit says.\"\"\"
        return replace(query, limit=None)

- ``breaks`` is the one requirement that the defect violates; all else must go on working.
- ``bugs`` are ids of the bug list; ``edition`` is the edition to judge by, when others allow the behaviour.
- ``fresh=True`` when the archive must be filled while the defect is on (always so for ``STORE``).
- The docstring's first line is shown to users: what a client sees.
- The function takes the hook's subject and, if it has a second parameter, the
  :class:`~dwconform.origin.context.Context` (request, query, entity, archive, options, base_url, kind, warnings). It
  returns the subject, changed or not; subjects are frozen, so change them with ``dataclasses.replace``. Data sets, JSON
  and XML may be changed in place, but the elements of a data set are shared: replace them. Limit a defect to what it is
  about with ``context.kind`` (``studies``, ``series`` and ``instances`` are searches; ``study`` is a retrieve or a
  store; ``retrieve``, ``metadata``, ``bulkdata``, see below) and ``context.query.scope.level``.

The hooks of a search, in their order
===================================

==============  ======================================================  ================================================
hook            takes                                                   gives
==============  ======================================================  ================================================
``REQUEST``     ``starlette.requests.Request``                          the request; one made anew, as
                                                                        ``_requests.with_query`` does; or an ``Answer``,
                                                                        which ends it
``NEGOTIATE``   ``Negotiation`` (form, range, offered)                  another one; ``form=None`` makes a 406
``FAULT``       ``query.Fault``: the 400 to come (parameter, message)   it; ``None`` to pass over the parameter; or
                                                                        an ``Answer`` to give instead
``QUERY``       ``query.Query``                                         a ``Query``
``MATCH``       ``matching.Match`` (key, dataset, values, verdict,      ``bool``: does this key match this data set?
                query, root)                                            Called for each key that is not universal,
                                                                        once for each item of a sequence.
                                                                        ``Matcher(query).matches([key], dataset)`` is
                                                                        the verdict on another key, query or data set
``ROWS``        ``list[Entity]``, all matches in order                  a list
``PAGE``        ``search.Page`` (entities, matches, remaining)          a ``Page``; ``remaining`` makes the Warning
``RESULT``      data set: ``dict`` of tag to ``Element``, one of a      the data set; ``None`` leaves the result out
                search or of metadata
``JSON``        the document before it is written: a list for searches  what is written instead
                and metadata, an object for the store response
``XML``         ``lxml`` document element, once for each document       the element
``STORE``       data set of an instance before it is indexed            the data set; the file stays as it was sent
``RESPONSE``    ``answer.Answer`` (status, body, media_type, headers    an ``Answer``; see its ``with_header``. The
                with Vary and Warning)                                  right Content-Length is added after it
==============  ======================================================  ================================================

The further hooks of Retrieve
=============================

==============  ======================================================  ================================================
hook            takes                                                   gives
==============  ======================================================  ================================================
``TARGET``      ``list[Entity]``, the instances of the path             a list; without any it becomes a 404
``SYNTAX``      ``transcode.Choice`` (stored, wanted, delivered) of     a ``Choice``; ``delivered=None`` makes a 406
                each instance
``INSTANCE``    ``pydicom`` data set with ``file_meta``, before it is   the data set
                written as Part 10
``FRAME``       ``pixels.Frame`` (number, octets, syntax), native or    a ``Frame``
                compressed, of frames, bulk data and pixel data
``RENDER``      ``rendering.parameters.Parameters`` (window, viewport,  ``Parameters``
                quality, annotation, profile), understood; what is
                not valid goes through ``FAULT`` before
``IMAGE``       ``PIL.Image.Image`` before it is encoded;               an image
                ``context.entity`` and ``context.frame`` tell which
``TEXT``        ``str``: HTML, plain text or XML of a document          a string
``PART``        ``multipart.Part`` (media_type, body, headers) of each  a ``Part``; ``None`` leaves it out
                representation, also of one that goes alone. A header
                field of the same name replaces that of the part, an
                empty value removes it
``WADL``        ``lxml`` element ``application`` of the capabilities    the element
==============  ======================================================  ================================================

``context.kind`` of Retrieve is ``study`` or ``retrieve`` (instances), ``metadata``, ``bulkdata`` (by its URI),
``bulkdata-collection``, ``pixeldata``, ``frames``, ``rendered``, ``thumbnail``, ``renderedmpr``, ``rendered3d``, and
``capabilities``.

Several active defects of one hook run in the order in which they were switched on.
"""

from __future__ import annotations

from dwconform.origin.defects._core import Defect, DefectSet, Hook, defect, registry

__all__ = ["Defect", "DefectSet", "Hook", "defect", "registry"]
