import * as l10n from '@vscode/l10n';

/** Node's codes of a certificate that is not accepted: OpenSSL's `X509_V_ERR_…` without the prefix, and Node's own. */
const certificateCodes =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT_ALTNAME_INVALID)/;

/** Why no connection came about, in one sentence, by the system's code. */
export function connectionFailure(code: string | undefined, baseUrl: string): string {
  switch (code ?? '') {
    case 'ERR_STREAM_PREMATURE_CLOSE':
    case 'ECONNRESET':
    case 'EPIPE':
      return l10n.t('The connection to Flink at {0} broke off.', baseUrl);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return l10n.t('There is no host of the name in {0}, or it cannot be looked up now.', baseUrl);
    case 'EPROTO':
      return l10n.t('{0} does not speak TLS; its address may have to begin with http://.', baseUrl);
    default:
      return certificateCodes.test(code ?? '')
        ? l10n.t('The certificate of {0} is not accepted.', baseUrl)
        : l10n.t('Flink at {0} does not answer.', baseUrl);
  }
}
