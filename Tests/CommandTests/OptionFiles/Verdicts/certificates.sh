#!/bin/sh
# Certificates, CRLs and keys for the cases of option files, in the directory $1. Names of servers' certificates are
# those of servers.terms.
set -e
cd "$1"
exec 2>openssl.log

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "$1.key"; }

# issue AUTHORITY NAME SUBJECT EXTENSIONS [START END]
issue() {
    [ -f "$2.key" ] || key "$2"
    mkdir -p "$1.db"
    [ -f "$1.db/index" ] || : >"$1.db/index"
    cat >"$2.cnf" <<END
[ca]
default_ca = i
[i]
database = $1.db/index
new_certs_dir = $1.db
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
default_crl_days = 3000
[any]
commonName = supplied
[req]
distinguished_name = none
[none]
[e]
subjectKeyIdentifier = hash
$4
END
    openssl req -new -config "$2.cnf" -subj "/CN=$3" -key "$2.key" -out "$2.csr"
    by="-cert $1.crt"
    [ "$1" != "$2" ] || by=-selfsign
    openssl ca -batch -notext -config "$2.cnf" -extensions e -in "$2.csr" -keyfile "$1.key" $by \
        -startdate "${5:-20240101000000Z}" -enddate "${6:-20440101000000Z}" -out "$2.crt"
}

authority='basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign'
names() { echo "subjectAltName = $1"; }

# crl AUTHORITY DIRECTORY [DAYS]: its list, under the name by which it is looked up.
crl() {
    mkdir -p "$2"
    openssl ca -config "$1.cnf" -cert "$1.crt" -keyfile "$1.key" -gencrl ${3:+$3} -out list.pem
    mv list.pem "$2/$(openssl crl -hash -noout -in list.pem).r0"
}
revoke() { openssl ca -config "$1.cnf" -cert "$1.crt" -keyfile "$1.key" -revoke "$2.crt"; }

issue ca ca 'option CA' "$authority"
issue foreign foreign 'foreign CA' "$authority"
issue ca mid1 'first CA' "$authority"
issue mid1 mid2 'second CA' "$authority"
issue ca node node "$(names DNS:n1.x.test)"
issue ca upper upper "$(names DNS:N1.X.Test)"
issue ca wild wild "$(names 'DNS:*.x.test')"
issue ca part part "$(names 'DNS:n*.x.test')"
issue ca other other "$(names DNS:other.test)"
issue ca both both "$(names DNS:n1.x.test,DNS:other.test)"
issue ca cn n1.x.test ''
issue ca cnother n1.x.test "$(names DNS:other.test)"
issue self self self "$(names DNS:n1.x.test)"
issue foreign stranger stranger "$(names DNS:n1.x.test)"
issue ca expired expired "$(names DNS:n1.x.test)" 20240101000000Z 20240201000000Z
issue ca future future "$(names DNS:n1.x.test)" 20430101000000Z 20440101000000Z
issue ca client client "$(names DNS:n1.x.test)
extendedKeyUsage = clientAuth"
issue ca server server "$(names DNS:n1.x.test)
extendedKeyUsage = serverAuth"
issue ca gone gone "$(names DNS:n1.x.test)"
issue ca address address "$(names IP:127.0.0.1)"
issue ca written written "$(names DNS:127.0.0.1)"
issue mid1 behind1 behind1 "$(names DNS:n1.x.test)"
issue mid2 behind2 behind2 "$(names DNS:n1.x.test)"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key
issue ca rsa rsa "$(names DNS:n1.x.test)"
cat behind1.crt mid1.crt >behind1.chain
cat behind2.crt mid2.crt mid1.crt >behind2.chain
cat ca.crt foreign.crt >bundle.crt
: >empty.crt

# Of the client.
issue ca own own "$(names DNS:127.0.0.1)"
cat own.crt own.key >own.both
openssl pkey -in own.key -aes-256-cbc -passout pass:secret -out own.locked
openssl x509 -in own.crt -outform DER -out own.der
openssl pkey -in own.key -outform DER -out own.keyder
openssl x509 -in ca.crt -outform DER -out ca.der

crl ca clean
crl mid1 clean
crl mid2 clean
crl ca rootonly
crl foreign wrong
# The list of another authority under this one's name.
mkdir misnamed
cp wrong/*.r0 "misnamed/$(cd clean && openssl x509 -hash -noout -in ../ca.crt).r0"
mkdir gap
for list in clean/*.r0; do cp "$list" "gap/$(basename "$list" .r0).r1"; done
mkdir der
for list in clean/*.r0; do openssl crl -in "$list" -outform DER -out "der/$(basename "$list")"; done
# An older list behind one that cannot be read.
mkdir unread
for list in clean/*.r0; do
    mkdir "unread/$(basename "$list")"
    cp "$list" "unread/$(basename "$list" .r0).r1"
done
mkdir nocrls
revoke ca gone
crl ca revoked
crl mid1 revoked
crl mid2 revoked
revoke ca mid1
crl ca midrevoked
crl mid1 midrevoked
crl mid2 midrevoked
mkdir late
openssl ca -config ca.cnf -cert ca.crt -keyfile ca.key -gencrl -crl_lastupdate 20240101000000Z \
    -crl_nextupdate 20240201000000Z -out list.pem
mv list.pem "late/$(openssl x509 -hash -noout -in ca.crt).r0"
