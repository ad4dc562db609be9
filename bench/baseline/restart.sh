#!/usr/bin/env bash
# A restart by the REST API, as somebody would write it: stop with a savepoint, run from there.
# REST, JOB, JAR, BODY (with @SAVEPOINT@ in it) and TARGET are given; prints the id of the new job.
set -euo pipefail
trigger=$(curl -sf -X POST "$REST/jobs/$JOB/stop" -H 'Content-Type: application/json' \
  -d "{\"targetDirectory\":\"$TARGET\",\"drain\":false}" | sed 's/.*"request-id":"\([0-9a-f]*\)".*/\1/')
savepoint=
while [ -z "$savepoint" ]; do
  savepoint=$(curl -sf "$REST/jobs/$JOB/savepoints/$trigger" | sed -n 's/.*"location":"\([^"]*\)".*/\1/p')
  [ -n "$savepoint" ] || sleep 0.05
done
curl -sf -X POST "$REST/jars/$JAR/run" -H 'Content-Type: application/json' -d "${BODY//@SAVEPOINT@/$savepoint}" |
  sed 's/.*"jobid":"\([0-9a-f]*\)".*/\1/'
