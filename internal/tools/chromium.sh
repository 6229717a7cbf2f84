#!/usr/bin/env bash
# Installs Chromium for the browser tests where that can be done without asking: as root on a system with apt. Anywhere else, and when it
# fails, it says so and succeeds: the tests then skip with a loud line of their own.
set -u
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing Chromium for the browser tests"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 ||
    echo "Chromium could not be installed; the browser tests will be skipped"
else
  echo "there is no Chromium; the browser tests will be skipped"
fi
exit 0
