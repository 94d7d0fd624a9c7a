#!/bin/sh
# Installs Debian's Chromium and a Chinese font for the browser tests, where neither is there yet.
set -eu
if [ "$(id -u)" -ne 0 ]; then
  echo "找不到 Chromium。请安装 chromium 和 fonts-noto-cjk，或用 HUIYING_TEST_CHROMIUM 指明浏览器路径。" >&2
  exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null
