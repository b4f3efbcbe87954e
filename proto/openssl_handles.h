#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace tacit::wire {

/// Owners of OpenSSL objects. Internal to this room.
template <auto Free>
struct OpensslDelete {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using BioHandle = std::unique_ptr<BIO, OpensslDelete<BIO_free_all>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpensslDelete<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, OpensslDelete<X509_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, OpensslDelete<X509_EXTENSION_free>>;
using BigNumberHandle = std::unique_ptr<BIGNUM, OpensslDelete<BN_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, OpensslDelete<X509_STORE_free>>;
using StoreContextHandle = std::unique_ptr<X509_STORE_CTX, OpensslDelete<X509_STORE_CTX_free>>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, OpensslDelete<GENERAL_NAMES_free>>;

/// The earliest error that OpenSSL remembers, in its words; clears its queue.
std::string openssl_reason();

/// Throws Error(internal) with OpenSSL's reason unless `ok`.
void require_openssl(bool ok, std::string_view what);

/// All certificates of a PEM text, in order. Throws Error(data), naming `origin`, if there is none or one does not
/// parse.
std::vector<CertificateHandle> parse_certificates(std::string_view pem, const std::string& origin);

/// The private key of a PEM text without passphrase. Throws Error(data) naming `origin`; the message holds no key
/// material.
KeyHandle parse_key(std::string_view pem, const std::string& origin);

}  // namespace tacit::wire
