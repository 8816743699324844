#include "machine/web/digest.h"

#include <openssl/evp.h>

namespace web {

struct Digest::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Digest::Digest(std::unique_ptr<State> state) : state_(std::move(state)) {}
Digest::~Digest() = default;

std::unique_ptr<Digest> Digest::make(std::string_view algorithm) {
  const EVP_MD* kind = algorithm == "sha256" ? EVP_sha256() : algorithm == "sha1" ? EVP_sha1() : nullptr;
  if (kind == nullptr) return nullptr;
  auto state = std::make_unique<State>();
  if (EVP_DigestInit_ex(state->context, kind, nullptr) != 1) return nullptr;
  return std::unique_ptr<Digest>(new Digest(std::move(state)));
}

void Digest::feed(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string Digest::bytes() {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(out.data()), &size);
  out.resize(size);
  return out;
}

}  // namespace web
