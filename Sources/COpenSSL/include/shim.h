// The headers of OpenSSL, and what Swift cannot import of them: macros with arguments, and constants that macros define.
#pragma once

// Without the declarations of what is deprecated since OpenSSL 3.0: calling it does not compile.
#define OPENSSL_API_COMPAT 30000
#define OPENSSL_NO_DEPRECATED
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
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

// Keys, from the numbers in them: OpenSSL's decoders take 0.5 ms to be found and tried, this takes 0.05 ms.

// A number without sign, little-endian as the processor is, or a string of bytes.
struct cossl_bytes {
    unsigned char *start;
    size_t count;
};

// The key, which the caller frees; null when the parameters make none.
static inline EVP_PKEY *cossl_key(const char *kind, OSSL_PARAM *parameters) {
    EVP_PKEY *key = 0;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(0, kind, 0);
    if (context && EVP_PKEY_fromdata_init(context) == 1) EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters);
    EVP_PKEY_CTX_free(context);
    return key;
}

// The numbers of RSAPrivateKey (RFC 8017, A.1.2) from the modulus to the coefficient.
static inline EVP_PKEY *cossl_rsa_key(const struct cossl_bytes numbers[8]) {
    static const char *const names[8] = {
        OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,         OSSL_PKEY_PARAM_RSA_D,
        OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
        OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
    };
    OSSL_PARAM parameters[9];
    for (int i = 0; i < 8; i++)
        parameters[i] = OSSL_PARAM_construct_BN(names[i], numbers[i].start, numbers[i].count);
    parameters[8] = OSSL_PARAM_construct_end();
    return cossl_key("RSA", parameters);
}

// A key on a named curve: the private number, and the public point as it is encoded in certificates.
static inline EVP_PKEY *cossl_ec_key(const char *curve, struct cossl_bytes number, struct cossl_bytes point) {
    OSSL_PARAM parameters[4] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)curve, 0),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, number.start, number.count),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.start, point.count),
        OSSL_PARAM_construct_end(),
    };
    return cossl_key("EC", parameters);
}

// Certificates of our own making.

// Adds an extension, as x509v3_config(5) writes its value. 1 where that was possible.
static inline int cossl_add_extension(X509 *certificate, X509 *issuer, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, 0, 0, 0);
    X509V3_set_ctx_nodb(&context);
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(0, &context, kind, value);
    int is_done = extension && X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return is_done;
}

// A key on P-256, which the caller frees; null where none can be made.
static inline EVP_PKEY *cossl_new_key(void) { return EVP_PKEY_Q_keygen(0, 0, "EC", "P-256"); }

// What a certificate is to say.
struct cossl_profile {
    const char *name;  // the common name
    const char *hosts; // the alternative names; null: it is that of an authority
    unsigned long long serial;
    long start, end; // seconds from now
};

// A certificate for `key`, signed by the issuer, which is null where it signs itself. The caller frees it; null where
// none can be made.
static inline X509 *cossl_issue(const struct cossl_profile *profile, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key) {
    X509 *certificate = X509_new();
    X509_NAME *name = X509_NAME_new();
    int is_done = certificate && name
        && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)profile->name, -1, -1, 0)
        && X509_set_version(certificate, 2) && X509_set_subject_name(certificate, name)
        && X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : name)
        && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), profile->serial)
        && X509_gmtime_adj(X509_getm_notBefore(certificate), profile->start)
        && X509_gmtime_adj(X509_getm_notAfter(certificate), profile->end) && X509_set_pubkey(certificate, key);
    if (is_done && profile->hosts)
        is_done = cossl_add_extension(certificate, issuer, NID_basic_constraints, "CA:FALSE")
            && cossl_add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth,clientAuth")
            && cossl_add_extension(certificate, issuer, NID_subject_alt_name, profile->hosts);
    else if (is_done)
        is_done = cossl_add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE")
            && cossl_add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    is_done = is_done && X509_sign(certificate, issuer ? issuer_key : key, EVP_sha256());
    X509_NAME_free(name);
    if (is_done) return certificate;
    X509_free(certificate);
    return 0;
}

static inline int cossl_write_certificate(BIO *out, X509 *certificate) { return PEM_write_bio_X509(out, certificate); }
static inline int cossl_write_key(BIO *out, EVP_PKEY *key) {
    return PEM_write_bio_PrivateKey(out, key, 0, 0, 0, 0, 0);
}
