// What Swift's importer cannot see of OpenSSL: function-like macros, and constants defined by macros.
#pragma once
// The old key functions are 15 times faster than the decoders that replace them.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Contexts and connections.

static inline int cossl_ctx_set_versions(SSL_CTX *ctx, int min, int max) {
    return SSL_CTX_set_min_proto_version(ctx, min) && SSL_CTX_set_max_proto_version(ctx, max);
}

// No session is ever resumed: not in the peer's memory, not in ours, not in a ticket.
static inline void cossl_ctx_harden(SSL_CTX *ctx) {
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ctx, 0);
    SSL_CTX_set_mode(
        ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS
                 | SSL_MODE_NO_AUTO_CHAIN);
}

static inline int cossl_ctx_add0_chain_cert(SSL_CTX *ctx, X509 *x) { return (int)SSL_CTX_add0_chain_cert(ctx, x); }
static inline int cossl_set_sni(SSL *s, const char *name) { return (int)SSL_set_tlsext_host_name(s, name); }
static inline void cossl_set_msg_callback_arg(SSL *s, void *arg) { SSL_set_msg_callback_arg(s, arg); }
static inline void cossl_bio_retry_read(BIO *b) { BIO_set_retry_read(b); }
static inline void cossl_bio_clear_retry(BIO *b) { BIO_clear_retry_flags(b); }

// Stacks.

static inline int cossl_certificates_count(const STACK_OF(X509) *s) { return s ? sk_X509_num(s) : 0; }
static inline X509 *cossl_certificates_at(const STACK_OF(X509) *s, int i) { return sk_X509_value(s, i); }
static inline int cossl_usages_count(const EXTENDED_KEY_USAGE *u) { return sk_ASN1_OBJECT_num(u); }
static inline ASN1_OBJECT *cossl_usages_at(const EXTENDED_KEY_USAGE *u, int i) { return sk_ASN1_OBJECT_value(u, i); }
static inline int cossl_names_count(const GENERAL_NAMES *n) { return sk_GENERAL_NAME_num(n); }

// A name's kind (GEN_DNS, GEN_IPADD, ...); its bytes for those two kinds.
static inline int cossl_names_at(const GENERAL_NAMES *n, int i, const unsigned char **bytes, int *count) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(n, i);
    *bytes = 0;
    *count = 0;
    const ASN1_STRING *text = name->type == GEN_DNS ? name->d.dNSName : name->type == GEN_IPADD ? name->d.iPAddress : 0;
    if (text) {
        *bytes = ASN1_STRING_get0_data(text);
        *count = ASN1_STRING_length(text);
    }
    return name->type;
}

// Texts.

// RFC 2253, but letters outside ASCII stay UTF-8.
static inline int cossl_name_print(BIO *out, const X509_NAME *name) {
    return X509_NAME_print_ex(out, name, 0, (XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) | ASN1_STRFLGS_UTF8_CONVERT);
}

static inline size_t cossl_bio_mem_data(BIO *b, const char **data) {
    char *start = 0;
    long count = BIO_get_mem_data(b, &start);
    *data = start;
    return count < 0 ? 0 : (size_t)count;
}

// Keys.

static inline EVP_PKEY *cossl_key_of_rsa(RSA *rsa) {
    EVP_PKEY *key = rsa ? EVP_PKEY_new() : 0;
    if (key) EVP_PKEY_set1_RSA(key, rsa);
    RSA_free(rsa);
    return key;
}

static inline EVP_PKEY *cossl_key_of_ec(EC_KEY *ec) {
    EVP_PKEY *key = ec ? EVP_PKEY_new() : 0;
    if (key) EVP_PKEY_set1_EC_KEY(key, ec);
    EC_KEY_free(ec);
    return key;
}

// PKCS #8 (RFC 5208) around RSA or a named curve; null for everything else.
static inline EVP_PKEY *cossl_key_of_pkcs8(const unsigned char *der, long count) {
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(0, &der, count);
    const ASN1_OBJECT *kind = 0;
    const X509_ALGOR *algorithm = 0;
    const unsigned char *bytes = 0;
    int length = 0, type = V_ASN1_UNDEF;
    const void *curve = 0;
    EVP_PKEY *key = 0;
    if (info && PKCS8_pkey_get0(&kind, &bytes, &length, &algorithm, info)) {
        X509_ALGOR_get0(0, &type, &curve, algorithm);
        if (OBJ_obj2nid(kind) == NID_rsaEncryption) {
            key = cossl_key_of_rsa(d2i_RSAPrivateKey(0, &bytes, length));
        } else if (OBJ_obj2nid(kind) == NID_X9_62_id_ecPublicKey && type == V_ASN1_OBJECT) {
            EC_KEY *ec = EC_KEY_new_by_curve_name(OBJ_obj2nid((const ASN1_OBJECT *)curve));
            if (ec && !d2i_ECPrivateKey(&ec, &bytes, length)) {
                EC_KEY_free(ec);
                ec = 0;
            }
            key = cossl_key_of_ec(ec);
        }
    }
    PKCS8_PRIV_KEY_INFO_free(info);
    return key;
}
