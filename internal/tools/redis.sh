#!/usr/bin/env bash
# Installs redis-server for the tests that want a real one, where that can be done without asking: as root on a system with apt. Anywhere
# else, and when it fails, it says so and succeeds: the tests then skip with a loud line of their own.
set -u
command -v redis-server >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing redis-server for the tests"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server; } >/dev/null 2>&1 ||
    echo "redis-server could not be installed; the tests on a real Redis will be skipped"
else
  echo "there is no redis-server; the tests on a real Redis will be skipped"
fi
exit 0
