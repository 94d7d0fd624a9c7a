#!/bin/sh
# Fetches the servers that tests and benchmarks start: fetch.sh FOLDER. Does nothing where they are there already.
# Java and Maven are installed first where they are missing and apt may be used.
set -eu
folder=${1:?where to put them}
here=$(cd "$(dirname "$0")" && pwd)
wanted=$(cat "$here"/pom-kafka.xml "$here"/pom-elasticsearch.xml | cksum)
[ "$(cat "$folder/fetched" 2>/dev/null)" = "$wanted" ] && exit 0
if ! command -v java >/dev/null || ! command -v mvn >/dev/null; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "缺少 Java 或 Maven：请安装 openjdk-17-jre-headless 和 maven，或用 HUIYING_TEST_KAFKA、HUIYING_TEST_ELASTICSEARCH、HUIYING_TEST_POSTGRESQL 指明已在运行的服务器。" >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openjdk-17-jre-headless maven >/dev/null
fi
rm -rf "$folder"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
for server in kafka elasticsearch; do
  mvn -q -B -f "$here/pom-$server.xml" package -Dfolder="$folder"
done
echo "$wanted" >"$folder/fetched"
